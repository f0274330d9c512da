with

bounds as (

    select
        min(year) as first_year,
        max(year) as last_year
    from (
        select min(year) as year from {{ ref('stg_reports__observations') }}
        union all
        select max(year) from {{ ref('stg_reports__observations') }}
        union all
        select min(report_year) from {{ ref('stg_reports__documents') }}
        union all
        select max(report_year) from {{ ref('stg_reports__documents') }}
    ) as seen

),

years as (

    -- without gaps: a year that nobody reports on is missing in the facts, not in the calendar
    select cast(unnest(range(first_year, last_year + 1)) as integer) as year
    from bounds

),

final as (

    select
        year,
        (year - 1) || '-' || year as school_year_label,
        make_date(year - 1, 9, 1) as school_year_starts_on,
        make_date(year, 8, 31) as school_year_ends_on,
        make_date(year, 1, 1) as calendar_year_starts_on,
        make_date(year, 12, 31) as calendar_year_ends_on,
        year || '-' || lpad(cast((year + 1) % 100 as varchar), 2, '0') as season_label,
        make_date(year, 9, 1) as season_starts_on,
        make_date(year + 1, 8, 31) as season_ends_on
    from years

)

select * from final
