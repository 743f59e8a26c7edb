"""The same chat service with the checkpointer of LangGraph's tutorials, which keeps conversations
in memory."""

import shop
from langgraph.checkpoint.memory import InMemorySaver

if __name__ == "__main__":
    shop.serve(InMemorySaver())
