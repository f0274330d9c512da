with

contradictions as (

    select * from {{ ref('audit_contradictions') }}

),

observations as (

    select * from {{ ref('fct_observation') }}

),

cited as (

    select
        rule,
        subject_key,
        observation_ids[1] as observation_id
    from contradictions

),

final as (

    select
        md5(contradictions.rule || '|' || contradictions.subject_key) as contradiction_id,
        contradictions.rule,
        contradictions.report_id,
        observations.school_id,
        observations.district_code,
        contradictions.entity,
        contradictions.year,
        contradictions.metric,
        contradictions.printed as printed_value,
        contradictions.expected as expected_value,
        contradictions.slip,
        contradictions.arithmetic_zh,
        contradictions.arithmetic_en,
        cited.observation_id,
        cast(len(contradictions.observation_ids) as integer) as n_observations
    from contradictions
    inner join cited
        on contradictions.rule = cited.rule and contradictions.subject_key = cited.subject_key
    left join observations on cited.observation_id = observations.observation_id

)

select * from final
