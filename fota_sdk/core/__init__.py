"""How a call is made.

Declarations, which load neither requests nor jsonpickle:
`operation` (endpoints and paths), `fields`, `model` and `example` (JSON objects), `codec` (JSON in and out),
`response` (an HTTP answer), `timeout` (limits), `controller` (methods and their views).

A call goes through: `caller` (validated, encoded, guarded), `attempts` (tokens, repeats, the error that ends it),
`auth` (tokens), `transport` (turns), `exchange` (a request out, an answer in), `connection` (limits on the socket),
`answer` (what came back), `retry` (what is repeated). `wait` reads a campaign until it has a status.
`fork` renews locks and connections in a child process; `annotations` has what annotations alone name.

`exchange` and `connection` load requests, and are themselves imported with the first call that is sent.
"""
