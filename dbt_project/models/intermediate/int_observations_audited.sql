{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('report_id', 'int_reports_touched', 'is_touched') }}"
) }}

with

-- Not materialized: what is would hold every column of every row in memory, until the query ends.
observations as not materialized (

    select
        *,
        rowid as n
    from {{ ref('fct_observation') }}

),

reports as (

    select * from {{ ref('dim_report') }}

),

metrics as (

    select * from {{ ref('metrics') }}

),

entities as (

    select * from {{ ref('stg_reports__entities') }}

),

narrowing_nothing as (

    select list(word order by length(word) desc, word) as words from {{ ref('audit_words') }}

),

-- A report keeps its name through its versions: that of the first.
chains as (

    select
        report_id,
        chain_id,
        first_value(report_id) over (partition by chain_id order by version) as report_key
    from reports

),

touched as (

    select report_id from {{ ref('int_reports_touched') }}
    where is_touched

),

-- What the rules ask of an observation, and no more. They join by hashes: a number in place of long texts.
checkable as not materialized (

    select
        observations.n,
        observations.observation_id,
        observations.report_id,
        observations.char_start,
        observations.raw,
        observations.value,
        observations.unit,
        observations.unit_raw,
        observations.metric,
        observations.label,
        observations.entity,
        observations.year,
        observations.dims,
        observations.n_dims,
        observations.place,
        observations.confidence,
        observations.quote,
        chains.report_key,
        metrics.kind as metric_kind,
        metrics.name_zh as metric_zh,
        metrics.name_en as metric_en,
        coalesce(observations.school_id, observations.district_code, observations.entity) as entity_id,
        hash(observations.report_id, entity_id, observations.year) as account_id,
        case
            when observations.place <> 'prose' then hash(observations.place)
            when observations.quote is not null then hash(observations.place, observations.quote)
        end as passage_id,
        case when observations.quote is not null then hash(observations.quote) end as quote_id
    from observations
    inner join reports on observations.report_id = reports.report_id
    inner join chains on observations.report_id = chains.report_id
    inner join metrics on observations.metric = metrics.code
    where
        reports.is_latest
        and observations.entity is not null
        and observations.year is not null
        {% if is_incremental() -%}
            and observations.report_id in (select touched.report_id from touched)
        {%- endif %}

),

names as (

    select
        metric,
        {{ names_of("string_agg(squeezed_name, '|' order by squeezed_name)") }} as metric_names
    from {{ ref('int_metric_names') }}
    group by metric

),

entity_names as (

    select
        printed.report_id,
        printed.entity,
        {{ names_of("string_agg(name || coalesce('|' || array_to_string(short_names, '|'), ''), '|')") }}
            as entity_names
    from (
        select distinct
            report_id,
            entity
        from checkable
    ) as printed
    inner join entities
        on
            printed.report_id = entities.report_id
            and {{ squeezed('printed.entity') }} = entities.squeezed_name
    group by printed.report_id, printed.entity

),

labels as (

    select
        label,
        dims,
        regexp_replace({{ squeezed('label') }}, '\([^()]*\)', '', 'g') as squeezed_label,
        {{ squeezed_members('dims') }} as members,
        coalesce({{ squeezed("dims ->> 'indicator'") }}, '') as indicator
    from (
        select distinct
            label,
            dims
        from checkable
    ) as printed

),

labelled as (

    select
        checkable.n,
        checkable.report_id,
        checkable.account_id,
        checkable.place,
        checkable.metric,
        checkable.dims,
        checkable.label,
        labels.squeezed_label,
        labels.members,
        labels.indicator,
        coalesce(entity_names.entity_names, []) as entity_names
    from checkable
    left join labels on checkable.label = labels.label and checkable.dims = labels.dims
    left join entity_names
        on checkable.report_id = entity_names.report_id and checkable.entity = entity_names.entity

),

-- Few labels name their entity: without its name one is looked at once, whatever report it stands in.
naming as (

    select
        * exclude (entity_names),
        list_filter(entity_names, lambda n: contains(squeezed_label || '/' || indicator, n)) as entity_named
    from labelled

),

named as (

    select
        printed.*,
        names.metric_names,
        {{ longest_first("coalesce(names.metric_names, []) || printed.entity_named") }} as own_names
    from (
        select distinct
            metric,
            dims,
            label,
            entity_named,
            squeezed_label,
            members,
            indicator
        from naming
    ) as printed
    left join names on printed.metric = names.metric

),

-- A header path says the metric in one of its parts; in prose the whole label does.
told as (

    select
        *,
        case
            when contains(squeezed_label, '/') then {{ part_that_names('squeezed_label', 'metric_names') }}
            else regexp_replace(squeezed_label, '^.*、|^.*等', '')
        end as told_in
    from named

),

read_labels as (

    select
        told.metric,
        told.dims,
        told.label,
        told.entity_named,
        {{ words_left('told.told_in', 'told.own_names || told.members') }} as qualifier,
        -- what a share is of stands in share_base
        starts_with(told.indicator, '占') as is_share_base,
        -- 升学总人数 of the metric 升学人数
        told.indicator <> '' and {{ words_left('told.indicator', 'told.own_names') }} = ''
            as is_name_of_metric
    from told
    cross join narrowing_nothing

),

qualified as (

    select
        naming.n,
        naming.report_id,
        naming.account_id,
        naming.place,
        naming.metric,
        naming.indicator,
        read_labels.is_share_base,
        read_labels.is_name_of_metric,
        coalesce(read_labels.qualifier, '') as qualifier
    from naming
    left join read_labels
        on
            naming.metric = read_labels.metric
            and naming.dims = read_labels.dims
            and naming.label = read_labels.label
            and naming.entity_named = read_labels.entity_named

),

-- A name of the metric tells nothing apart, but two in one table do: 企事业单位就业 beside 自主择业.
names_apart as (

    select distinct
        report_id,
        metric,
        unnest(indicators) as indicator
    from (
        select
            report_id,
            metric,
            list(distinct indicator) as indicators
        from qualified
        where place <> 'prose' and is_name_of_metric
        group by report_id, metric, account_id, place
    ) as names_in_table
    where len(indicators) > 1

),

-- Where in its quote a number stands: in a sentence where it is first printed, in a table's it is the last.
-- Patterns with the number in them would be compiled anew for each.
placed as (

    select
        *,
        string_split(quote, raw) as pieces,
        {{ whole_numbers('pieces') }}[case place when 'prose' then 1 else -1 end] as n_before,
        left(quote, length(array_to_string(pieces[:n_before], '')) + (n_before - 1) * length(raw))
            as said_before,
        substr(quote, length(said_before) + length(raw) + 1) as said_after
    from checkable

),

measured as (

    select
        placed.n,
        placed.account_id,
        hash(placed.report_id, placed.entity_id, placed.year + 1) as next_account_id,
        placed.metric,
        placed.value,
        placed.place,
        placed.confidence,
        placed.char_start,
        qualified.qualifier,
        case
            when placed.n_dims = 0 then '{}'
            when
                qualified.is_share_base or qualified.is_name_of_metric and names_apart.indicator is null
                then {{ dims_key("placed.dims", without=["'indicator'"]) }}
            else {{ dims_key('placed.dims') }}
        end as dims_key,
        {{ unit_factor('placed.raw', 'placed.value') }} as unit_factor,
        {{ is_approximate('placed.said_before', 'placed.said_after') }} as is_approximate,
        {{ is_lower_bound('placed.said_before', 'placed.said_after') }} as is_lower_bound,
        {{ part_of('placed.said_before', 'placed.place') }} as part_of,
        {{ share_base('placed.dims', 'placed.said_before', 'placed.place') }} as share_base,
        {{ list_before('placed.said_before', 'placed.place') }} as list_before,
        case when list_before is not null then {{ noun_behind('placed.said_after') }} end as noun_behind
    from placed
    inner join qualified on placed.n = qualified.n
    left join names_apart
        on
            qualified.report_id = names_apart.report_id
            and qualified.metric = names_apart.metric
            and qualified.indicator = names_apart.indicator

),

-- Ranked and compared by number, so that no text is sorted or joined with them.
ranks as (

    select
        n,
        row_number() over (
            partition by account_id, metric, dims_key
            order by
                is_approximate,
                place <> 'prose' desc,
                qualifier = '' desc,
                confidence desc nulls last,
                char_start
        ) as preference
    from measured

),

years_before as (

    select
        measured.next_account_id as account_id,
        measured.metric,
        measured.dims_key,
        measured.value
    from measured
    inner join ranks on measured.n = ranks.n and ranks.preference = 1

),

final as (

    select
        checkable.* exclude (checkable.n, checkable.label, checkable.quote),
        measured.* exclude (
            measured.n, measured.account_id, measured.next_account_id, measured.metric, measured.value,
            measured.place, measured.confidence, measured.char_start
        ),
        -- A count that is not called approximate is exact; anything else is as exact as it is printed.
        case
            when measured.is_approximate
                then pow(10, length(regexp_extract(checkable.raw, '(0*)$', 1))) * measured.unit_factor
            when
                checkable.metric_kind = 'count' and measured.unit_factor = 1
                and not contains(checkable.raw, '.')
                then 0
            else 0.5 * pow(10, -length(regexp_extract(checkable.raw, '\.(\d+)', 1))) * measured.unit_factor
        end as precision,
        ranks.preference,
        years_before.value as value_year_before
    from checkable
    inner join measured on checkable.n = measured.n
    inner join ranks on measured.n = ranks.n
    left join years_before
        on
            measured.account_id = years_before.account_id
            and measured.metric = years_before.metric
            and measured.dims_key = years_before.dims_key

)

select * from final
