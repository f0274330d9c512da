with

{% set rules = [
    'audit_correction_outdated',
    'audit_names_counted',
    'audit_part_above_whole',
    'audit_rate_above_100',
    'audit_restated',
    'audit_share_of_parts',
    'audit_shares_of_whole',
    'audit_total_of_parts',
    'audit_two_reports',
    'audit_year_copy',
] -%}

findings as (

    {% for rule in rules -%}
        select {{ audit_finding_columns() }}
        from {{ ref(rule) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from findings
