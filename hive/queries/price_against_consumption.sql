SELECT
  -- Usage at each level of the price: hours, average usage (MWh) and average price (DKK per MWh) of
  -- the hours whose price lies in a band of 250 DKK. Prices and usage come from different sources,
  -- so that an hour has a row of each.
  price_area,
  CAST(FLOOR(price / 250) * 250 AS INT) AS price_from,
  COUNT(*) AS hours,
  CAST(AVG(price) AS DECIMAL(18, 3)) AS average_price,
  CAST(AVG(consumption) AS DECIMAL(18, 3)) AS average_usage
FROM (
  SELECT
    price_area,
    hour_utc,
    MAX(spot_price) AS price,
    MAX(consumption) AS consumption
  FROM energy_readings
  GROUP BY price_area, hour_utc
) hours
WHERE price IS NOT NULL AND consumption IS NOT NULL
GROUP BY price_area, CAST(FLOOR(price / 250) * 250 AS INT)
ORDER BY price_area, price_from;
