{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_touched('report_id', 'int_reports_touched', 'is_touched') }}"
) }}

with

observations as (

    select * from {{ ref('fct_observation') }}

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

checkable as (

    select
        observations.*,
        chains.report_key,
        metrics.kind as metric_kind,
        metrics.name_zh as metric_zh,
        metrics.name_en as metric_en,
        coalesce(observations.school_id, observations.district_code, observations.entity) as entity_id
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
        metrics.code as metric,
        {{ names_of(metric_names("metrics")) }} as metric_names
    from metrics

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
        checkable.*,
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
        naming.*,
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
        group by report_id, metric, entity_id, year, place
    ) as names_in_table
    where len(indicators) > 1

),

-- Where in its quote a number stands: in a sentence where it is first printed, in a table's it is the last.
-- Patterns with the number in them would be compiled anew for each.
cut as (

    select
        *,
        string_split(quote, raw) as pieces,
        {{ whole_numbers('pieces') }}[case place when 'prose' then 1 else -1 end] as n_before
    from qualified

),

placed as (

    select
        * exclude (pieces, n_before),
        left(quote, length(array_to_string(pieces[:n_before], '')) + (n_before - 1) * length(raw))
            as said_before,
        substr(quote, length(said_before) + length(raw) + 1) as said_after
    from cut

),

measured as (

    select
        placed.*,
        case
            when placed.n_dims = 0 then '{}'
            when
                placed.is_share_base or placed.is_name_of_metric and names_apart.indicator is null
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
    left join names_apart
        on
            placed.report_id = names_apart.report_id
            and placed.metric = names_apart.metric
            and placed.indicator = names_apart.indicator

),

ranked as (

    -- A count that is not called approximate is exact; anything else is as exact as it is printed.
    select
        * exclude (
            indicator, is_share_base, is_name_of_metric, squeezed_label, members, entity_named,
            said_before, said_after
        ),
        case
            when is_approximate then pow(10, length(regexp_extract(raw, '(0*)$', 1))) * unit_factor
            when metric_kind = 'count' and unit_factor = 1 and not contains(raw, '.') then 0
            else 0.5 * pow(10, -length(regexp_extract(raw, '\.(\d+)', 1))) * unit_factor
        end as precision,
        row_number() over (
            partition by report_id, entity_id, year, metric, dims_key
            order by
                is_approximate,
                place <> 'prose' desc,
                qualifier = '' desc,
                confidence desc nulls last,
                char_start
        ) as preference
    from measured

),

final as (

    select
        ranked.*,
        years_before.value as value_year_before
    from ranked
    left join ranked as years_before
        on
            ranked.report_id = years_before.report_id
            and ranked.entity_id = years_before.entity_id
            and ranked.metric = years_before.metric
            and ranked.dims_key = years_before.dims_key
            and ranked.year = years_before.year + 1
            and years_before.preference = 1

)

select * from final
