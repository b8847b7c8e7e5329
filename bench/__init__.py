"""What Recoup costs: measured beside a floor and a peer, on this machine, in this run."""

from __future__ import annotations
