"""The ground under every floor. It imports no app, and names models by string."""
