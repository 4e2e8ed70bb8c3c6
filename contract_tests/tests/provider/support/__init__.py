"""What tests of the provider share: worlds, questions, senders."""
