"""The platform: knows people and work; never knows a message, a document or a supervised matter."""
