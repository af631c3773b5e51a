"""How a call is made.

Declarations, which load neither requests nor jsonpickle:
`operation` (endpoints and paths), `fields`, `model` and `example` (JSON objects), `codec` (JSON in and out),
`response` (an HTTP answer), `timeout` (limits), `controller` (methods and their views).

A call goes through: `caller` (validated, encoded, guarded), `attempts` (tokens, repeats, the error that ends it),
`auth` (tokens), `transport` (turns), `exchange` (a request out, an answer in), `connection` (limits on the socket),
`answer` (what came back), `retry` (what is repeated). `fork` renews locks and connections in a child process.

The last ones load requests, and are imported with the first exchange: `exchange` and `connection`.
"""
