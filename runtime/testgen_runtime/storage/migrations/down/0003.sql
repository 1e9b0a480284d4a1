-- Gives up: token reservations and what was spent = SELECT count(*) FROM budget_reservation
DROP TABLE budget_reservation, budget_account;
