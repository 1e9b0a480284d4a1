"""What a job is: a generation run with checkpoints, progress, cancel and a fence. The queue itself is pgqueuer."""
