"""The flow of data through one program: what its names stand for, and what is fitted, parted, measured and saved."""
