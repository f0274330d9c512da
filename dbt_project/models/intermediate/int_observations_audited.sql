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

    select string_agg(word, '|' order by length(word) desc, word) as pattern from {{ ref('audit_words') }}

),

-- A report keeps its name through its versions: that of the first.
chains as (

    select
        report_id,
        chain_id,
        first_value(report_id) over (partition by chain_id order by version) as report_key
    from reports

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
    where reports.is_latest and observations.entity is not null and observations.year is not null

),

names as (

    select
        code as metric,
        list_distinct(flatten(list_transform(
            string_split(name_zh || coalesce('|' || aliases, ''), '|'),
            lambda n: [{{ squeezed('n') }}, regexp_replace({{ squeezed('n') }}, '(总数|数)$', '')]
        ))) as names
    from metrics

),

entity_names as (

    select
        report_id,
        squeezed_name,
        list_distinct(flatten(list(
            list_transform([name] || coalesce(short_names, []), lambda n: {{ squeezed('n') }})
        ))) as names
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
        regexp_replace({{ squeezed('label') }}, '\([^()]*\)', '', 'g') as words
    from checkable

),

-- A header path says the metric in one of its parts; in prose the whole label does.
told as (

    select
        labels.* exclude (words),
        names.names,
        case
            when contains(labels.words, '/') then coalesce(list_last(list_filter(
                string_split(labels.words, '/'),
                lambda part: len(list_filter(names.names, lambda n: contains(part, n))) > 0
            )), '')
            else regexp_replace(labels.words, '^.*、|^.*等', '')
        end as told_in
    from labels
    left join names on labels.metric = names.metric

),

-- What is taken out of the words, longest first, so that 教师 does not cut 专任教师 in two.
named as (

    select
        told.*,
        list_transform(
            list_sort(list_transform(
                list_filter(coalesce(told.names, []) || coalesce(entity_names.names, []), lambda n: n <> ''),
                lambda n: {'size': length(n), 'name': n}
            ), 'desc'),
            lambda n: n.name
        ) as own_names,
        list_filter(
            list_transform(coalesce(json_extract_string(told.dims, '$.*'), []), lambda d: {{ squeezed('d') }}),
            lambda d: d <> ''
        ) as dims_names,
        coalesce({{ squeezed("told.dims ->> 'indicator'") }}, '') as indicator
    from told
    left join entity_names
        on
            told.report_id = entity_names.report_id
            and {{ squeezed('told.entity') }} = entity_names.squeezed_name

),

qualified as (

    select
        named.report_id,
        named.metric,
        named.entity,
        named.dims,
        named.label,
        {{ words_left('named.told_in', 'named.own_names || named.dims_names') }} as qualifier,
        -- 升学总人数 of the metric 升学人数 tells nothing apart; what a share is of stands in share_base
        named.indicator <> '' and (
            starts_with(named.indicator, '占') or {{ words_left('named.indicator', 'named.own_names') }} = ''
        ) as is_idle_indicator
    from named
    cross join narrowing_nothing

),

measured as (

    select
        checkable.*,
        coalesce(qualified.qualifier, '') as qualifier,
        case
            when checkable.n_dims = 0 then '{}'
            when qualified.is_idle_indicator then {{ dims_key("checkable.dims", without=["'indicator'"]) }}
            else {{ dims_key('checkable.dims') }}
        end as dims_key,
        {{ unit_factor('checkable.raw', 'checkable.value') }} as unit_factor,
        {{ is_approximate('checkable.raw', 'checkable.quote') }} as is_approximate,
        {{ is_lower_bound('checkable.raw', 'checkable.quote') }} as is_lower_bound,
        {{ part_of('checkable.raw', 'checkable.quote', 'checkable.place') }} as part_of,
        {{ share_base('checkable.dims', 'checkable.raw', 'checkable.quote', 'checkable.place') }} as share_base
    from checkable
    left join qualified
        on
            checkable.report_id = qualified.report_id
            and checkable.metric = qualified.metric
            and checkable.entity = qualified.entity
            and checkable.dims = qualified.dims
            and checkable.label = qualified.label

),

ranked as (

    -- A count that is not called approximate is exact; anything else is as exact as it is printed.
    select
        *,
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
        before.value as value_year_before
    from ranked
    left join ranked as before
        on
            ranked.report_id = before.report_id
            and ranked.entity_id = before.entity_id
            and ranked.metric = before.metric
            and ranked.dims_key = before.dims_key
            and ranked.year = before.year + 1
            and before.preference = 1

)

select * from final
