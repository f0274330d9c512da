with

described as (

    select
        * exclude (dims),
        standard_dims as dims
    from {{ ref('int_dims_described') }}
    where breakdown_id is not null

),

-- The same dimensions can be written in another order.
final as (

    select
        breakdown_id,
        any_value(n_dims) as n_dims,
        any_value(array_to_string(dimensions, '+')) as dimensions,
        any_value(programme_id) as programme_id,
        any_value(dims['programme']) as programme,
        any_value(dims['category']) as category,
        any_value(dims['track']) as track,
        any_value(dims['origin']) as origin,
        any_value(dims['level']) as level,
        any_value(dims['award']) as award,
        any_value(dims['route']) as route,
        any_value(dims['degree']) as degree,
        any_value(dims['title']) as professional_title,
        any_value(dims['certificate']) as certificate,
        any_value(dims['aid_type']) as aid_type,
        any_value(dims['source']) as fund_source,
        any_value(dims['purpose']) as fund_purpose,
        any_value(dims['holding']) as holding,
        any_value(dims['respondent']) as respondent,
        any_value(dims['coverage']) as coverage,
        any_value(dims['indicator']) as indicator
    from described
    group by breakdown_id

)

select * from final
