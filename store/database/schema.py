"""The tables, as SQLAlchemy Core metadata. The migrations create them; `tests/store/migrations` compares the two."""

from __future__ import annotations

from store.database.column_types import metadata as metadata
from store.database.column_types import now as now
from store.database.item_tables import alias as alias
from store.database.item_tables import encoder as encoder
from store.database.item_tables import feature_set as feature_set
from store.database.item_tables import item as item
from store.database.item_tables import quarantine as quarantine
from store.database.item_tables import shard as shard
from store.database.item_tables import source as source
from store.database.item_tables import vector_row as vector_row
from store.database.ledger_tables import batch as batch
from store.database.ledger_tables import label_event as label_event
from store.database.ledger_tables import label_state as label_state
from store.database.ledger_tables import label_version as label_version
from store.database.ledger_tables import operation as operation
from store.database.project_tables import category as category
from store.database.project_tables import facet as facet
from store.database.project_tables import head as head
from store.database.project_tables import project as project
from store.database.project_tables import prompt_draft as prompt_draft
from store.database.project_tables import prompt_version as prompt_version
from store.database.project_tables import round as round
from store.database.project_tables import run as run
from store.database.team_tables import actor as actor
from store.database.team_tables import assignment as assignment
from store.database.team_tables import job as job
from store.database.team_tables import lease as lease
from store.database.team_tables import practice_answer as practice_answer
from store.database.team_tables import reference as reference
from store.database.team_tables import saved_view as saved_view
