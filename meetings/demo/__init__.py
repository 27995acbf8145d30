"""The demonstration: five blocs from five public articles, and one invented province for trying things out.

Everything is written through the services, as the people of the time would have done. What an article does not
state is illustrative and marked so on every screen and paper.
"""
