-- Lines are read with their order and nowhere else: what an order sums to is kept as it comes (demand), and checked against
-- the orders themselves. A copy of each line as a row was a fifth of what taking an order cost.
DROP TABLE order_line;
