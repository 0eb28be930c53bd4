"""What programs say to a node and hear from it: one type for each body, for doors, description and client alike.

Pure shapes on the ground of the house: the slices' doors answer with them, `lienlac.client` reads them, and the OpenAPI
document is made of them, so that none of the three can say anything else than the others. Forms of requests are not
here: the kinds declare them. Nothing here decides anything.
"""
