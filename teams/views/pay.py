"""The pay scale: the rates that are known, and a box for more of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions.pay import keep_rates, rates_and_missing
from teams.forms.pay import PayRatesForm
from teams.foundation.words import counted
from teams.models import PayRate
from teams.views.set_up import AdministratorPage


class PayRatesPage(AdministratorPage):
    asks_again = True
    template = "teams/pay_rate_list_administrator.html"

    def facts(self) -> dict[str, Any]:
        rates = list(PayRate.objects.order_by("grade", "point", "-starts_on"))
        held = {(rate.grade, rate.point): rate.pk for rate in reversed(rates) if rate.starts_on <= self.today}
        current = [rate for rate in rates if rate.starts_on > self.today or rate.pk in held.values()]
        return {
            "current": current,
            "earlier": [rate for rate in rates if rate not in current],
            "missing": rates_and_missing(self.today)[1],
        }

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=PayRatesForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PayRatesForm(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        kept = keep_rates(form.cleaned_data["rates"], by=self.principal, at=self.now)
        messages.success(request, f"{counted(kept, 'rate is', 'rates are')} new or changed.")
        return redirect("pay_rates")
