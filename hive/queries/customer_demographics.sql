SELECT
  -- Who buys: customers by country and age group, their order lines, and what one spends on average.
  country,
  age_group,
  COUNT(DISTINCT customer_id) AS customers,
  COUNT(*) AS orders,
  SUM(total_amount) AS revenue,
  CAST(SUM(total_amount) / COUNT(DISTINCT customer_id) AS DECIMAL(18, 3)) AS revenue_per_customer
FROM customer_orders
WHERE customer_id IS NOT NULL
GROUP BY country, age_group
ORDER BY customers DESC, country, age_group;
