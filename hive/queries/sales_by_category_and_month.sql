SELECT
  -- Sales trend by category: orders, units and revenue of each month (UTC).
  month,
  category,
  SUM(orders) AS orders,
  SUM(units) AS units,
  SUM(revenue) AS revenue
FROM sales_by_category
GROUP BY month, category
ORDER BY month, category;
