SELECT
  -- Sales of each month (UTC), and by how many percent revenue grew against the month before.
  month,
  orders,
  units,
  revenue,
  CAST(100 * (revenue - LAG(revenue) OVER (ORDER BY month)) / LAG(revenue) OVER (ORDER BY month)
    AS DECIMAL(9, 2)) AS growth_percent
FROM (
  SELECT
    SUBSTR(day, 1, 7) AS month,
    COUNT(*) AS orders,
    SUM(quantity) AS units,
    SUM(total_amount) AS revenue
  FROM customer_orders
  GROUP BY SUBSTR(day, 1, 7)
) months
ORDER BY month;
