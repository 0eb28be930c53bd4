"""Sharing between nodes: what may leave, packs in and out, recalls, sightings, standing shares."""
