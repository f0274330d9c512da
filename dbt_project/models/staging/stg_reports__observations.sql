with

observations as (

    select * from {{ source('raw', 'observations') }}

),

renamed as (

    select
        substr(document_sha256, 1, 16) || ':' || char_start as observation_id,
        document_sha256 as report_id,
        char_start,
        char_end,
        raw,
        value,
        unit,
        unit_raw,
        metric,
        label,
        nullif(trim(entity), '') as entity,
        year,
        year_basis,
        coalesce(dims, '{}') as dims,
        "where" as place,
        method,
        confidence,
        quote
    from observations

)

select * from renamed
