with

source_runs as (

    select * from {{ source('raw', 'source_runs') }}

),

renamed as (

    select
        source,
        name,
        district_code,
        status,
        listed,
        matched,
        new,
        changed,
        unchanged,
        withdrawn,
        failed,
        requests,
        problems
    from source_runs

)

select * from renamed
