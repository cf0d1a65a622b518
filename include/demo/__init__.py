"""A simulated new area: seeded case records with known defects, served over the three real protocols, and the truth."""
