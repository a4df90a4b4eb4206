import os, sys
import pytest
from datetime import date
from django.utils import timezone
from playwright.sync_api import sync_playwright
from tests.factories.authorities import make_county, PASSWORD
from tests.teams.test_set_up_pages import PEOPLE, typed_terms, YEAR
from schools.actions.wording import start_wording
from teams.models import Authority, Area, Team
from teams.actions.places import add_places

@pytest.mark.django_db(transaction=True)
def test_shots(live_server):
    county=make_county("fenshire")
    with county.inside():
        county.authority.doors_opened_at=None; county.authority.is_demo=True; county.authority.save()
        start_wording(from_day=date(2020,9,1), by=county.clock, at=timezone.now())
        add_places([("East","East 1"),("East","East 2"),("West","West 1")],[("East 2 team","East 2"),("West 1 team","West 1")],by=county.clock,at=timezone.now())
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox"])
        for width in (320,1280):
            ctx=b.new_context(viewport={"width":width,"height":800})
            page=ctx.new_page()
            errors=[]
            page.on("console", lambda m: errors.append(m.text) if m.type=="error" else None)
            page.goto(live_server.url+"/accounts/login/")
            page.fill("input[name=login]","admin@fenshire.example"); page.fill("input[name=password]",PASSWORD)
            page.click("text=Sign in >> nth=-1") if False else page.locator("form").first.locator("button[type=submit], button").last.click()
            page.wait_for_load_state()
            def shot(name):
                wide=page.evaluate("document.documentElement.scrollWidth")
                print(name,width,wide,"OVERFLOW" if wide>width else "", page.url)
                page.screenshot(path=f"/tmp/six/shots/{name}-{width}.png",full_page=True)
            base=live_server.url+"/fenshire/"
            for name,path in [("setup","set-up/"),("name","set-up/name/"),("terms","set-up/terms/"),("term",f"set-up/terms/{YEAR}/"),("places","set-up/areas-and-teams/"),("doors","set-up/doors/"),("remove","set-up/remove/"),("wording","set-up/wording/"),("people","people/"),("peopleschools","people/?at=schools"),("personadd","people/add/"),("peoplefile","people/list/")]:
                page.goto(base+path); shot(name)
            page.goto(base+"set-up/name/"); page.fill("#id_colour","#ffdd00"); page.fill("#id_telephone",""); page.locator("main button").last.click(); page.wait_for_load_state(); shot("name-error")
            page.goto(base+f"set-up/terms/{YEAR}/"); page.fill("#id_spring_starts_on_month","12"); page.fill("#id_spring_starts_on_year",str(YEAR)); page.locator("main button").last.click(); page.wait_for_load_state(); shot("term-error")
            page.goto(base+"people/list/"); page.fill("#id_words",PEOPLE+"Wanda Fenshire,worker@fenshire.example,Worker,Senior support worker,,bea@fenshire.example\n"); page.locator("main button").last.click(); page.wait_for_load_state(); shot("check")
            page.goto(base+"set-up/areas-and-teams/"); page.locator("main a", has_text="East 2 team").first.click(); page.wait_for_load_state(); shot("place")
            print(errors)
            ctx.close()
        b.close()
