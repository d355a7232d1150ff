"""Every operation of every face, asked with data that the contract allows and with data that it does not."""
