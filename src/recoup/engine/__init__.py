"""Pure decisions: frames in, frames out. No Django, network, clock or chance."""
