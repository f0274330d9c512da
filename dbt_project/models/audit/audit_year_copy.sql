with

-- Counts of people and sums of money of one year: what two years share by chance least.
observations as (

    select * from {{ ref('int_observations_audited') }}
    where
        metric_kind <> 'ratio'
        and unit in ('person', 'CNY')
        and not is_approximate
        and value_year_before is not null
        and place <> 'prose'
        and value >= {{ tolerance('year-copy', 'least_value') }}
        and value % {{ tolerance('year-copy', 'round_to') }} <> 0
        -- what stands still from year to year says nothing
        and metric in (
            select metrics.code from {{ ref('metrics') }} as metrics
            where metrics.theme in ('students', 'outcomes', 'funding')
        )

),

columns_of_tables as (

    select
        report_id,
        report_key,
        entity_id,
        min(entity) as entity,
        place,
        year,
        count(*) as n_figures,
        count(*) filter (value = value_year_before) as n_copied,
        list(observation_id order by char_start) filter (value = value_year_before) as observation_ids,
        list(raw order by char_start) filter (value = value_year_before) as raws,
        first(metric order by char_start) filter (value = value_year_before) as metric,
        first(value order by char_start) filter (value = value_year_before) as printed
    from observations
    group by report_id, report_key, entity_id, place, year

),

findings as (

    select
        'year-copy' as rule,
        concat_ws('|', report_key, entity_id, place, year, array_to_string(raws, ' ')) as subject_key,
        report_id,
        entity,
        metric,
        year,
        observation_ids,
        printed,
        cast(null as decimal(28, 6)) as expected,
        'last_year' as slip,
        place
        || '：'
        || year
        || ' 年的 '
        || n_figures
        || ' 个数中有 '
        || n_copied
        || ' 个与 '
        || (year - 1)
        || ' 年完全相同（'
        || array_to_string(raws, '、') || '）' as arithmetic_zh,
        place
        || ': '
        || n_copied
        || ' of '
        || n_figures
        || ' figures of '
        || year
        || ' are those of '
        || (year - 1)
        || ' ('
        || array_to_string(raws, ', ') || ')' as arithmetic_en
    from columns_of_tables
    where
        n_copied >= {{ tolerance('year-copy', 'least_figures') }}
        and n_copied >= {{ tolerance('year-copy', 'least_share') }} * n_figures

),

final as (

    select
        {{ audit_finding_columns() }}
    from findings

)

select * from final
