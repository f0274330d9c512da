with recursive

reports as (

    select * from {{ ref('int_reports_described') }}

),

files as (

    select * from {{ ref('stg_landing__files') }}

),

titled as (

    select
        *,
        {{ squeezed('title') }} as squeezed_title,
        coalesce({{ squeezed('publisher') }}, source) as squeezed_publisher
    from reports

),

-- What versions of one report share: the URL; or publisher, year and title without words of correction.
shared_keys as (

    select distinct
        files.report_id,
        'url ' || files.requested_url as shared_key
    from files
    inner join reports on files.report_id = reports.report_id
    where files.requested_url is not null
    union all
    select
        report_id,
        'title ' || report_year || ' ' || squeezed_publisher || ' '
        || regexp_replace(squeezed_title, '\(?(更正|修订|修正|勘误|更新)(版|稿|本|后)?\)?', '', 'g') as shared_key
    from titled
    where
        role = 'report'
        and report_year is not null
        and squeezed_title is not null
        and squeezed_publisher is not null

),

reached as (

    select
        report_id,
        report_id as other_id
    from reports
    union
    select
        reached.report_id,
        theirs.report_id as other_id
    from reached
    inner join shared_keys as ours on reached.other_id = ours.report_id
    inner join shared_keys as theirs on ours.shared_key = theirs.shared_key

),

chains as (

    select
        report_id,
        min(other_id) as chain_id
    from reached
    group by report_id

),

numbered as (

    -- Later is: a report over what is none, then by date, by being called corrected, by fetch.
    select
        chains.report_id,
        chains.chain_id,
        row_number() over (
            partition by chains.chain_id
            order by
                titled.role = 'report',
                titled.published_on nulls first,
                coalesce(regexp_matches(titled.squeezed_title, '更正|修订|修正|勘误'), false),
                titled.fetched_at nulls first,
                titled.n_observations,
                chains.report_id
        ) as version,
        count(*) over (partition by chains.chain_id) as n_versions
    from chains
    inner join titled on chains.report_id = titled.report_id

),

final as (

    select
        report_id,
        chain_id,
        cast(version as integer) as version,
        version = n_versions as is_latest
    from numbered

)

select * from final
