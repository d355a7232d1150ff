// The page of messages. Each module has one business and starts by itself.
