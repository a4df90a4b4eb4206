"""Every row of every table of the crawl: one module a stream, so that none of them outgrows its room."""

from __future__ import annotations

from tests.crawl.table import Row, table
from tests.crawl.table_api import api_rows
from tests.crawl.table_asked import asked_rows
from tests.crawl.table_asking import asking_rows
from tests.crawl.table_away import away_rows
from tests.crawl.table_between_two import between_two_rows
from tests.crawl.table_criteria import criteria_rows
from tests.crawl.table_figure_questions import figure_question_rows
from tests.crawl.table_head_parts import head_part_rows
from tests.crawl.table_health import health_rows
from tests.crawl.table_languages import language_rows
from tests.crawl.table_money import money_rows
from tests.crawl.table_need import need_rows
from tests.crawl.table_packs import pack_rows
from tests.crawl.table_papers import paper_rows
from tests.crawl.table_peers import peer_rows
from tests.crawl.table_ready import ready_rows
from tests.crawl.table_reviews import review_rows
from tests.crawl.table_rhythm import rhythm_rows
from tests.crawl.table_room import room_rows
from tests.crawl.table_term_reports import term_report_rows
from tests.crawl.table_what_if import what_if_rows


def page_rows() -> list[Row]:
    """Of pages and presses, without the API's."""
    return [
        *table(), *rhythm_rows(), *away_rows(), *ready_rows(), *room_rows(), *between_two_rows(),
        *health_rows(), *peer_rows(), *head_part_rows(), *criteria_rows(), *asking_rows(),
        *review_rows(),
        *term_report_rows(), *language_rows(), *asked_rows(), *pack_rows(), *need_rows(), *money_rows(), *what_if_rows(),
        *figure_question_rows(), *paper_rows(),
    ]  # fmt: skip


def every_row() -> list[Row]:
    return [*page_rows(), *api_rows()]
