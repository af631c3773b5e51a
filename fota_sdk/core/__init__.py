"""How a call is made.

Declarations, which load neither requests nor jsonpickle:
`operation` (endpoints and their URLs), `fields`, `model`, `decoder`, `docs` and `example` (JSON objects), `codec` and
`charset` (JSON in and out), `multipart` (uploads), `response` (an HTTP response), `timeout` (limits), `controller`
(methods and their views), `paging` (responses in pages).

A call goes through: `caller` (validated, encoded, guarded), `attempts` (tokens, retries, the error that ends it),
`auth` and `fetch` (tokens), `transport` with `semaphore` (how many at once), `exchange` (a request out, a response in),
`adapter` and `connection` (limits on the socket, and how far an attempt came), `failure` (what a failed exchange
means), `parsing` (what came back), `retry` (what is retried). `wait` reads a campaign until it has a status.
`secret` masks tokens; `fork` renews connections in a child process; `annotations` has what annotations alone name.

`exchange`, `adapter`, `connection` and `failure` load requests, and are imported with the first call that is sent.

Of the package, `core` imports `exceptions` alone: it knows no operation and no model.
"""
