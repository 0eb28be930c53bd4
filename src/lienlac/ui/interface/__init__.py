"""The interface for programs, described by itself: what each route says, the OpenAPI document, and a page of it."""
