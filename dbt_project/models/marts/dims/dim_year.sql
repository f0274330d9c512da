with

observations as (

    select * from {{ ref('stg_reports__observations') }}

),

documents as (

    select * from {{ ref('stg_reports__documents') }}

),

years as (

    select year from observations
    where year is not null
    union
    select report_year as year from documents
    where report_year is not null

),

final as (

    select
        year,
        (year - 1) || '-' || year as school_year_label,
        year || '-' || lpad(cast((year + 1) % 100 as varchar), 2, '0') as season_label,
        make_date(year - 1, 9, 1) as school_year_starts_on,
        make_date(year, 8, 31) as school_year_ends_on
    from years

)

select * from final
