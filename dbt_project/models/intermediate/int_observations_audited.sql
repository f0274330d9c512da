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
        code as metric,
        {{ names_of("name_zh || coalesce('|' || aliases, '')") }} as metric_names
    from metrics

),

entity_names as (

    select
        report_id,
        squeezed_name,
        {{ names_of("string_agg(name || coalesce('|' || array_to_string(short_names, '|'), ''), '|')") }}
            as entity_names
    from entities
    group by report_id, squeezed_name

),

-- What the label says beyond metric, entity, breakdown and words that narrow nothing: 校外 of 校外兼职教师.
labels as (

    select distinct
        report_id,
        metric,
        entity,
        dims,
        label,
        regexp_replace({{ squeezed('label') }}, '\([^()]*\)', '', 'g') as squeezed_label
    from checkable

),

named as (

    select
        labels.*,
        names.metric_names,
        {{ longest_first("coalesce(names.metric_names, []) || coalesce(entity_names.entity_names, [])") }}
            as own_names,
        {{ squeezed_members('labels.dims') }} as members,
        coalesce({{ squeezed("labels.dims ->> 'indicator'") }}, '') as indicator
    from labels
    left join names on labels.metric = names.metric
    left join entity_names
        on
            labels.report_id = entity_names.report_id
            and {{ squeezed('labels.entity') }} = entity_names.squeezed_name

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

qualified as (

    select
        told.report_id,
        told.metric,
        told.entity,
        told.dims,
        told.label,
        {{ words_left('told.told_in', 'told.own_names || told.members') }} as qualifier,
        told.indicator,
        -- what a share is of stands in share_base
        starts_with(told.indicator, '占') as is_share_base,
        -- 升学总人数 of the metric 升学人数
        told.indicator <> '' and {{ words_left('told.indicator', 'told.own_names') }} = ''
            as is_name_of_metric
    from told
    cross join narrowing_nothing

),

labelled as (

    select
        checkable.*,
        qualified.indicator,
        qualified.is_share_base,
        qualified.is_name_of_metric,
        coalesce(qualified.qualifier, '') as qualifier
    from checkable
    left join qualified
        on
            checkable.report_id = qualified.report_id
            and checkable.metric = qualified.metric
            and checkable.entity = qualified.entity
            and checkable.dims = qualified.dims
            and checkable.label = qualified.label

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
        from labelled
        where place <> 'prose' and is_name_of_metric
        group by report_id, metric, entity_id, year, place
    ) as names_in_table
    where len(indicators) > 1

),

measured as (

    select
        labelled.*,
        case
            when labelled.n_dims = 0 then '{}'
            when
                labelled.is_share_base or labelled.is_name_of_metric and names_apart.indicator is null
                then {{ dims_key("labelled.dims", without=["'indicator'"]) }}
            else {{ dims_key('labelled.dims') }}
        end as dims_key,
        {{ unit_factor('labelled.raw', 'labelled.value') }} as unit_factor,
        {{ is_approximate('labelled.raw', 'labelled.quote') }} as is_approximate,
        {{ is_lower_bound('labelled.raw', 'labelled.quote') }} as is_lower_bound,
        {{ part_of('labelled.raw', 'labelled.quote', 'labelled.place') }} as part_of,
        {{ share_base('labelled.dims', 'labelled.raw', 'labelled.quote', 'labelled.place') }}
            as share_base
    from labelled
    left join names_apart
        on
            labelled.report_id = names_apart.report_id
            and labelled.metric = names_apart.metric
            and labelled.indicator = names_apart.indicator

),

ranked as (

    -- A count that is not called approximate is exact; anything else is as exact as it is printed.
    select
        * exclude (indicator, is_share_base, is_name_of_metric),
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
