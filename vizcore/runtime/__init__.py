"""What runs: devices, jobs, store, capture and recording; above them engine, batches and clusters, all handed rows."""
