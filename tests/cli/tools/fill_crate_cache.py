"""Puts the RO-Crate 1.2 context into the cache from which rocrate-validator reads when it is offline.

Usage: fill_crate_cache.py CACHE CONTEXT, where CACHE is what --cache-path is given afterwards.
"""

import io
import pathlib
import sys

from requests.adapters import HTTPAdapter
from rocrate_validator.utils.http import HttpRequester
from urllib3 import HTTPResponse


class Shelf(HTTPAdapter):
    """Answers every request with the one file it holds, so that nothing goes out."""

    def __init__(self, content):
        super().__init__()
        self.content = content

    def send(self, request, **_):
        answer = HTTPResponse(
            body=io.BytesIO(self.content),
            status=200,
            headers={"Content-Type": "application/ld+json"},
            preload_content=False,
        )
        return self.build_response(request, answer)


cache, context = sys.argv[1:]
# The validator's own session: then the keys in the cache are the ones it will look for.
requester = HttpRequester.initialize_cache(cache_path=cache)
requester.session.mount("https://", Shelf(pathlib.Path(context).read_bytes()))
requester.get("https://w3id.org/ro/crate/1.2/context").raise_for_status()
