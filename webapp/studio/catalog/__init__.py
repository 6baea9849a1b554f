"""What a person may choose from: models, with what their servers say of them, and stacks."""
