SELECT
  -- Hours of the day (UTC) by the usage of an average day, the peak first, for each price area.
  price_area,
  RANK() OVER (PARTITION BY price_area ORDER BY average_usage DESC) AS place,
  hour_of_day,
  average_usage
FROM (
  SELECT
    price_area,
    HOUR(hour_utc) AS hour_of_day,
    CAST(AVG(consumption) AS DECIMAL(18, 3)) AS average_usage
  FROM energy_readings
  WHERE consumption IS NOT NULL
  GROUP BY price_area, HOUR(hour_utc)
) hours
ORDER BY price_area, place, hour_of_day;
