"""What make needs on a machine before it can run or test Zhiban. Standard library only."""
