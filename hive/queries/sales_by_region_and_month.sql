SELECT
  -- Sales trend by region: orders, units and revenue of each country in each month (UTC).
  month,
  country,
  SUM(orders) AS orders,
  SUM(units) AS units,
  SUM(revenue) AS revenue
FROM sales_by_country
GROUP BY month, country
ORDER BY month, country;
