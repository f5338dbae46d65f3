"""The pictures of pages and letters as files: drawn sizes only, never the originals, whose data may tell more."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

from accounts.doors import public

FOLDER = "images"  # where Wagtail keeps renditions; a new drawing has a new name, so they may be kept for ever
KINDS = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}
KEPT_FOR = 365 * 24 * 60 * 60


@public
@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer with one drawn picture; any other file, and any way out of the folder, is not there."""
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None or "/" in name or "\\" in name:
        raise Http404
    answer = serve(request, name, document_root=str(settings.MEDIA_ROOT / FOLDER))
    if answer.status_code == 200:
        answer.headers["Content-Type"] = kind
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # letters are read in mail programs, which are other origins
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
