SELECT
  -- Average and greatest usage of an hour in each price area and month (UTC), MWh.
  month,
  price_area,
  COUNT(consumption) AS hours,
  CAST(AVG(consumption) AS DECIMAL(18, 3)) AS average_usage,
  MAX(consumption) AS greatest_usage
FROM energy_readings
WHERE consumption IS NOT NULL
GROUP BY month, price_area
ORDER BY month, price_area;
