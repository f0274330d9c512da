with

{% set rules = ['audit_restated', 'audit_share_of_parts', 'audit_total_of_parts'] -%}

findings as (

    {% for rule in rules -%}
        select {{ audit_finding_columns() }}
        from {{ ref(rule) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from findings
