"""What GOV.UK Notify tells of a mail later on, outside every authority: the reference says whose mail it is."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from teams.foundation import carriers
from teams.tasks import hear


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def mail_status(request: HttpRequest) -> HttpResponse:
    """Handed to a worker, which opens the door; with the queue down Notify is asked to come again.

    Says the same of a mail that is there and of one that is not.
    """
    expected = f"Bearer {settings.NOTIFY_CALLBACK_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.NOTIFY_CALLBACK_TOKEN or not constant_time_compare(given, expected):
        return HttpResponse("The token is not ours.\n", status=403, content_type="text/plain")
    try:
        said = json.loads(request.body)
        reference, status = said["reference"], said["status"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return HttpResponse("JSON with reference and status is needed.\n", status=400, content_type="text/plain")
    ours = isinstance(reference, str) and carriers.read_reference(reference)
    if ours and isinstance(status, str) and status in carriers.NOTIFY_STATUSES:
        try:
            hear.delay(reference, status)
        except OperationalError:
            return HttpResponse("Not now. Please come again.\n", status=503, content_type="text/plain")
    return HttpResponse(status=204)
