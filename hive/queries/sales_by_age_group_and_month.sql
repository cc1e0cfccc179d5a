SELECT
  -- Sales trend by age group: orders, units, revenue and the average order line of each month (UTC).
  -- Of a quotient of the widest decimals Hive keeps six digits, which would be rounded twice.
  month,
  age_group,
  SUM(orders) AS orders,
  SUM(units) AS units,
  SUM(revenue) AS revenue,
  CAST(CAST(SUM(revenue) AS DECIMAL(24, 3)) / SUM(orders) AS DECIMAL(18, 3)) AS average_order
FROM sales_by_age_group
GROUP BY month, age_group
ORDER BY month, age_group;
