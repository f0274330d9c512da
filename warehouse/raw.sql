-- The schema raw: what scrapers and extraction leave, as dbt's sources. Column order and types are defined here only.
-- Names are the fields of the records LandedFile, SourceRun, Document, Entity and Observation, and of the review ledger.

CREATE SCHEMA raw;

-- A version of a file fetched from a URL. Key: url + sha256.
CREATE TABLE raw.landed_files (
    sha256 VARCHAR NOT NULL,
    url VARCHAR,
    final_url VARCHAR,
    source VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,          -- page | attachment | inbox
    parent_url VARCHAR,             -- the article an attachment hangs on
    title VARCHAR,
    publisher VARCHAR,
    published_on DATE,
    metadata JSON,
    fetched_at TIMESTAMP NOT NULL,  -- UTC
    http_status INTEGER,
    headers JSON,
    content_type VARCHAR,
    bytes BIGINT,
    state VARCHAR NOT NULL,         -- landed | withdrawn | superseded
    district_code VARCHAR
);

-- What the last crawl of a source did. Key: source.
CREATE TABLE raw.source_runs (
    source VARCHAR NOT NULL,
    name VARCHAR,
    district_code VARCHAR,
    status VARCHAR NOT NULL,        -- ok | partial | failed
    listed INTEGER,
    matched INTEGER,
    new INTEGER,
    changed INTEGER,
    unchanged INTEGER,
    withdrawn INTEGER,
    failed INTEGER,
    requests INTEGER,
    problems JSON                   -- [{kind, url, detail}]
);

-- A landed file, read or rejected. Key: sha256.
CREATE TABLE raw.documents (
    sha256 VARCHAR NOT NULL,
    reader VARCHAR,
    reader_version VARCHAR,
    status VARCHAR NOT NULL,        -- read | rejected
    reason VARCHAR,
    content_type VARCHAR,
    title VARCHAR,
    publisher VARCHAR,
    report_year INTEGER,
    chars INTEGER,
    tables INTEGER,
    observations INTEGER,
    unmapped INTEGER
);

-- A school or district that a document speaks of. Key: document_sha256 + name + role.
CREATE TABLE raw.document_entities (
    document_sha256 VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,          -- school | district
    short_names JSON,
    provisional BOOLEAN,
    role VARCHAR                    -- publisher | mentioned
);

-- A number as printed. Key: document_sha256 + char_start.
CREATE TABLE raw.observations (
    document_sha256 VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    raw VARCHAR NOT NULL,
    value DECIMAL(28, 6) NOT NULL,
    unit VARCHAR,
    unit_raw VARCHAR,
    metric VARCHAR NOT NULL,        -- a code of the metric vocabulary, or unmapped
    label VARCHAR,
    entity VARCHAR,
    year INTEGER,
    year_basis VARCHAR,             -- school | calendar | fiscal | report
    dims JSON,
    "where" VARCHAR,                -- 表12 | prose
    method VARCHAR,
    confidence DOUBLE,
    quote VARCHAR
);

-- A line of the review ledger. Key: line; the last line of a finding counts.
CREATE TABLE raw.decisions (
    line INTEGER NOT NULL,          -- its line in the ledger
    finding VARCHAR NOT NULL,
    rule VARCHAR,
    verdict VARCHAR NOT NULL,       -- source_error | corrected | parser_error | accepted | reopened
    value DECIMAL(28, 6),           -- the right figure in the canonical unit; only with corrected
    reason VARCHAR,
    subject JSON,                   -- {document, char_start, raw, entity, metric, year, dims}
    until DATE,
    release VARCHAR,
    decided_by VARCHAR,
    decided_at TIMESTAMP NOT NULL   -- UTC
);
