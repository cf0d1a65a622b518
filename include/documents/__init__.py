"""The pages of docs/ that are generated: from the comments of the warehouse, the contract, the rules and the statements."""
