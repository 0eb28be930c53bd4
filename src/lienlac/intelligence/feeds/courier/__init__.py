"""What goes over the network: one file for each thing that is spoken, all of them over one guarded line."""
