with

decisions as (

    select * from {{ source('raw', 'decisions') }}

),

renamed as (

    select
        line,
        finding,
        rule,
        verdict,
        value as corrected_value,
        reason,
        subject ->> 'document' as report_id,
        try_cast(subject ->> 'char_start' as integer) as char_start,
        subject ->> 'raw' as raw,
        subject ->> 'entity' as entity,
        subject ->> 'metric' as metric,
        try_cast(subject ->> 'year' as integer) as year,
        coalesce(json_extract(subject, '$.dims'), '{}') as dims,
        until,
        release,
        decided_by,
        decided_at
    from decisions

),

final as (

    -- The last line on a finding counts.
    select
        *,
        row_number() over (partition by finding order by line desc) = 1 as is_latest
    from renamed

)

select * from final
