SELECT
  -- The 20 products of which most units were sold, returns taken off.
  product_id,
  product_name,
  SUM(units) AS units,
  SUM(orders) AS orders,
  SUM(revenue) AS revenue
FROM top_products
GROUP BY product_id, product_name
ORDER BY units DESC, product_id, product_name
LIMIT 20;
